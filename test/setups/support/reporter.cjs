const { basename } = require("node:path");
const { Runner } = require("mocha");
const TallyReporter = require("../../support/reporter.cjs");

const { EVENT_TEST_PASS, EVENT_TEST_FAIL } = Runner.constants;

/** The report of the other suites, with a table of the set-ups: `works`, or the reason. */
module.exports = class SetUpReporter extends TallyReporter {
  #rows = new Map();

  constructor(runner, options) {
    super(runner, options);
    runner.on(EVENT_TEST_PASS, (test) => this.#note(test, test.title.startsWith("fails: ") ? test.title : "works"));
    runner.on(EVENT_TEST_FAIL, (test, error) => this.#note(test, `ERROR: ${reasonOf(error)}`));
  }

  epilogue() {
    const rows = [...this.#rows.values()];
    const widths = ["name", "file"].map((key) => Math.max(...rows.map((row) => row[key].length)));
    for (const { name, file, result } of rows) {
      console.log(`${name.padEnd(widths[0])} | ${file.padEnd(widths[1])} | ${result}`);
    }
    super.epilogue();
  }

  /** Keeps the first failure of each set-up. */
  #note(test, result) {
    const name = test.titlePath()[0].replace("Set-up ", "");
    const known = this.#rows.get(name);
    if (known?.result.startsWith("ERROR")) return;
    this.#rows.set(name, { name, file: basename(test.file), result });
  }
};

/** Returns the line of a message that names the error: the first one after a command's, if any. */
function reasonOf({ message = "" }) {
  const lines = message.split("\n").map((line) => line.trim());
  return lines.slice(1).find((line) => /\berror\b/i.test(line)) ?? lines[0];
}
