// Loaded before anything else. An old Node.js is not at hand wherever the tests run, and what has to be seen is that the package looks at the
// version before it loads what an old one could not run.
Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.0" } });
