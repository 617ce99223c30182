const { Runner } = require("mocha");
const TallyReporter = require("../../support/reporter.cjs");

const prefix = "Set-up ";

/** The report of the other suites, and then a table of the set-ups: works, or the reason. */
module.exports = class SetUpReporter extends TallyReporter {
  constructor(runner, options) {
    super(runner, options);
    this.results = new Map();
    const note = (test, result) => {
      const name = test.titlePath()[0].replace(prefix, "");
      if (!this.results.has(name) || result.startsWith("ERROR")) this.results.set(name, result);
    };
    runner.on(Runner.constants.EVENT_TEST_PASS, (test) =>
      note(test, test.title.startsWith("fails: ") ? `as documented, ${test.title}` : "works"),
    );
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => note(test, `ERROR: ${firstLines(error.message)}`));
  }

  epilogue() {
    super.epilogue();
    const width = Math.max(...[...this.results.keys()].map((name) => name.length));
    for (const [name, result] of this.results) console.log(`${name.padEnd(width)}  ${result}`);
  }
};

/** Returns the line that says what failed: the first one, or the first with "error" below it. */
function firstLines(message = "") {
  const lines = message.split("\n").map((line) => line.trim());
  return lines.find((line, index) => index > 0 && /\berror\b/i.test(line)) ?? lines[0] ?? "";
}
