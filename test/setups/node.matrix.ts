import { installWithNpm, programManifest, type SetUp } from "./support/set-up";
import { testSetUp } from "./support/test-set-up";

/** The oldest supported version, and the newest one. The other tests run the line between them. */
const versions = ["22.19.0", "26.12.1"];

for (const node of versions) {
  const npm = (name: string, fields: object, rest: Partial<SetUp> = {}): SetUp => ({
    name: `Node.js ${node}, ${name}`,
    files: (packed) => ({ "package.json": programManifest(`file:${packed}`, fields) }),
    install: installWithNpm,
    node,
    ...rest,
  });
  testSetUp(npm("ts-node", {}));
  testSetUp(npm("ts-node, ES modules", { type: "module" }));
  testSetUp(npm("TypeScript by Node.js itself", {}, { runtimeOptions: { typescript: false } }));
}
