import { readFileSync } from "node:fs";
import { join } from "node:path";
import { featureContract, productFeatureContract } from "../../provider/dynamic/contract";
import { featureProperties } from "../../provider/lifecycle/feature/properties";
import { productFeatureProperties } from "../../provider/lifecycle/product-feature/properties";
import { Declarations, type Member } from "./declarations";
import { docs, languages, packageMetadata, withRepository } from "./metadata";
import { settingSpecs } from "./settings";
import { mapOf, type PropertySpec, plain, refTo, type TypeSpec, tokenOf } from "./specs";

interface ResourceSource {
  readonly name: string;
  /** The type of the dynamic resource, whose state the resource takes over. */
  readonly alias: string;
  readonly properties: Readonly<Record<string, { readonly change: string }>>;
}

const resources: readonly ResourceSource[] = [
  { name: "Feature", alias: featureContract.type, properties: featureProperties },
  { name: "ProductFeature", alias: productFeatureContract.type, properties: productFeatureProperties },
];

const functions = ["getFeature", "listActiveEntitlements", "listFeatures", "listProductFeatures", "listProducts"];

/**
 * Interfaces whose name an SDK uses for the result of a function, with their names in the schema.
 */
const renamed: Readonly<Record<string, string>> = { GetFeatureResult: "ListedFeature" };

interface ObjectSpec {
  readonly description?: string;
  readonly type?: "object";
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly required: readonly string[];
}

/** Returns the schema of the package without its version. */
export function buildSchema(): object {
  return new SchemaBuilder(new Declarations()).build();
}

class SchemaBuilder {
  readonly #types: Record<string, object> = {};

  constructor(private readonly declarations: Declarations) {}

  build(): object {
    const settings = settingSpecs(this.declarations, docs);
    this.#types[tokenOf("AdoptionPolicy")] = this.#adoptionPolicy();
    return {
      ...packageMetadata,
      config: { variables: settings },
      provider: {
        description: "The Stripe account of resources and functions. Several providers manage several accounts.",
        inputProperties: settings,
      },
      resources: {
        ...Object.fromEntries(resources.map((source) => [tokenOf(source.name), this.#resource(source)])),
        [tokenOf("EntitlementCatalog")]: this.#catalog(),
      },
      functions: Object.fromEntries(functions.map((name) => [tokenOf(name), this.#function(name)])),
      types: this.#types,
      language: languages,
    };
  }

  #resource({ name, alias, properties }: ResourceSource): object {
    const args = this.declarations.membersOf(`${name}Args`);
    const documented = [...this.declarations.membersOf(name), ...args];
    const state = this.declarations.membersOf(`${name}State`).map((member) => {
      const other = documented.find((one) => one.name === member.name && one.comment !== "");
      return { ...member, comment: other?.comment ?? member.comment };
    });
    const inputs = this.#object(args);
    const inputProperties = Object.entries(inputs.properties).map(([property, spec]) => {
      const replaces = properties[property]?.change === "replace";
      return [property, { ...spec, ...(replaces && { willReplaceOnChanges: true }) }] as const;
    });
    return {
      description: this.#describe(name),
      ...this.#object(state),
      inputProperties: Object.fromEntries(inputProperties),
      requiredInputs: inputs.required,
      listInputs: this.#objectOf(`${name}ListInputs`),
      aliases: [{ type: alias }],
    };
  }

  /** The catalog is plain, because the component names its children by the keys and plans. */
  #catalog(): object {
    for (const name of ["FeatureDeclaration", "PlanDeclaration"]) {
      const { properties, ...rest } = this.#objectOf(name);
      const entries = Object.entries(properties).map(([property, spec]) => [property, plain(spec)] as const);
      this.#types[tokenOf(name)] = { ...rest, properties: Object.fromEntries(entries) };
    }
    const inputs = {
      ...this.#described("Catalog", {
        features: plain(mapOf(refTo("FeatureDeclaration"))),
        plans: plain(mapOf(refTo("PlanDeclaration"))),
      }),
      ...this.#described("EntitlementCatalogArgs", {
        products: mapOf({ type: "string" }),
        adopt: refTo("AdoptionPolicy"),
      }),
    };
    const outputs = this.#described("EntitlementCatalog", {
      featureIds: mapOf({ type: "string" }),
      attachmentIds: mapOf(mapOf({ type: "string" })),
      matrix: mapOf(mapOf({ type: "boolean" })),
    });
    return {
      isComponent: true,
      description: this.#describe("EntitlementCatalog"),
      properties: outputs,
      required: Object.keys(outputs),
      inputProperties: inputs,
      requiredInputs: Object.keys(inputs).filter((name) => name !== "adopt"),
    };
  }

  /** Returns the properties with their doc comments in an interface or a class. */
  #described(name: string, specs: Readonly<Record<string, TypeSpec>>): Readonly<Record<string, PropertySpec>> {
    const comments = new Map(this.declarations.membersOf(name).map((member) => [member.name, member.comment]));
    const entries = Object.entries(specs).map(([property, spec]) => {
      const description = comments.get(property);
      if (!description) throw new Error(`${name} has no doc comment of ${property}.`);
      return [property, { ...spec, description }] as const;
    });
    return Object.fromEntries(entries);
  }

  #function(name: string): object {
    const [args, result] = [`${name}Args`, `${name}Result`].map((type) => type.charAt(0).toUpperCase() + type.slice(1));
    return {
      description: this.#describe(name),
      inputs: this.#objectOf(args),
      outputs: this.#objectOf(result),
    };
  }

  #objectOf(name = ""): ObjectSpec {
    const members = this.#object(this.declarations.membersOf(name));
    return { description: this.declarations.commentOf(name), type: "object", ...members };
  }

  #object(members: readonly Member[]): ObjectSpec {
    const properties = members.map(({ name, comment, type }) => {
      if (comment === "") throw new Error(`The property ${name} has no doc comment.`);
      return [name, { ...this.declarations.specOf(type, (object) => this.#nameOf(object)), description: comment }];
    });
    const required = members.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
    return { properties: Object.fromEntries(properties), required };
  }

  /** Returns the name of an interface in the schema, which then holds it. */
  #nameOf(declared: string): string {
    const name = renamed[declared] ?? declared;
    this.#types[tokenOf(name)] ??= this.#objectOf(declared);
    return name;
  }

  #adoptionPolicy(): object {
    const [description, values = ""] = this.declarations.commentOf("AdoptionPolicy").split("\n\n");
    const items = [...values.matchAll(/^- `(\w+)`: (.*)$/gm)].map(([, value = "", meaning = ""]) => ({
      name: value.charAt(0).toUpperCase() + value.slice(1),
      value,
      description: `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}`,
    }));
    return { description, type: "string", enum: items };
  }

  /** Returns the doc comment, followed by the example and how to import. */
  #describe(name: string): string {
    const comment = this.declarations.commentOf(name);
    const text = readFileSync(join(__dirname, "examples", `${name}.md`), "utf8");
    const [example = "", importing = ""] = withRepository(text).split(/^(?=## Import)/m);
    // SDKs and the Registry show the code of one language.
    const begin = ["{{% examples %}}", "## Example Usage", "{{% example %}}"];
    const end = ["{{% /example %}}", "{{% /examples %}}"];
    return [comment, ...begin, example.trim(), ...end, importing.trim()].join("\n\n").trim();
  }
}
