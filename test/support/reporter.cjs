const { reporters } = require("mocha");

/** Mocha's `spec` report. Its last line has the counts in a form that a CI can read. */
module.exports = class TallyReporter extends reporters.Spec {
  epilogue() {
    super.epilogue();
    const { passes, failures } = this.stats;
    console.log(`${passes} passed, ${failures} failed`);
  }
};
