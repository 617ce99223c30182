import { type Check, failure, ok, warning } from "../check";

/** The file `Pulumi.yaml`. */
export const project: Check = {
  name: "project",
  run: ({ project: found, problem }) => {
    if (problem !== undefined) return [failure(problem.message, problem.hint)];
    if (found === undefined) {
      const hint = "Run the command in the folder of a Pulumi project, or give it with --project.";
      return [warning("there is no Pulumi.yaml here or in a folder above, so the project is not checked", hint)];
    }
    const { name, runtime, file } = found;
    if (runtime === "nodejs") return [ok(`Project ${name}, runtime nodejs`)];
    const hint = `Set \`runtime: nodejs\` in ${file}. Pulumi runs dynamic providers, which this package uses, with Node.js.`;
    return [(runtime === "bun" ? warning : failure)(`Project ${name} has the runtime ${runtime}`, hint)];
  },
};
