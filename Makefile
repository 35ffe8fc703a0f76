# make run: the control room. make test: the tests. Both set up what they need first; the second time that is quick.
.PHONY: run test check bench words lock clean
.SILENT:
BENCHES = ladder cue splice push journal recovery attach multiviewer probes scte35

run:
	installers/setup.sh run
	.venv/bin/splicedeck $(ARGS)

test:
	installers/setup.sh test
	.venv/bin/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --reruns 2 -r R $(ARGS)

check:
	installers/setup.sh dev
	failed=; \
	.venv/bin/ruff check . || failed=1; \
	.venv/bin/ruff format --check . || failed=1; \
	.venv/bin/mypy || failed=1; \
	.venv/bin/lint-imports --no-logo || failed=1; \
	test -z "$$failed"

bench:
	installers/setup.sh test
	for name in $(BENCHES); do .venv/bin/splicedeck bench $$name $(ARGS) || exit; done

# The texts of the window into its catalogues (resources/locale/*/LC_MESSAGES/splicedeck.po), and those into .mo files.
words:
	installers/setup.sh dev
	.venv/bin/python -m tests.catalogues $(ARGS)

lock:
	installers/setup.sh lock $(ARGS)

clean:
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
