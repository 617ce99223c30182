const { reporters } = require("mocha");

/** The usual report, and as its last line the counts in a form that any CI can read. */
module.exports = class TallyReporter extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures } = this.stats;
    console.log(`${passes} passed, ${failures} failed`);
  }
};
