// Makes Node.js report an old version. The tests preload this file to check that the package reads
// the version before it loads modules that an old Node.js cannot run.
Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.11.0" } });
