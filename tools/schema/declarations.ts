import { join } from "node:path";
import ts from "typescript";
import { adoptionPolicies } from "../../provider/lifecycle/ownership/policy";
import { refTo, type TypeSpec } from "./specs";

/** A property of an interface or a class. */
export interface Member {
  readonly name: string;
  /** The doc comment as Markdown, without block tags. Empty without one. */
  readonly comment: string;
  readonly type: ts.Type;
  readonly isOptional: boolean;
}

const checkout = join(__dirname, "..", "..");

/** The modules whose exports the schema derives from. */
const modules = [
  "provider/catalog/index.ts",
  // After the catalog, whose ActiveEntitlement is another type.
  "provider/index.ts",
  "provider/config/settings.ts",
  "provider/lifecycle/feature/state.ts",
  "provider/lifecycle/product-feature/state.ts",
  "provider/lookups/types.ts",
].map((path) => join(checkout, path));

/** The parts of Pulumi's `Input<T>` that are not `T`. */
const eventual = ["Promise", "OutputInstance"];

/** Reads types and doc comments of the package. */
export class Declarations {
  readonly #checker: ts.TypeChecker;
  readonly #exports: ReadonlyMap<string, ts.Symbol>;

  constructor() {
    const { config } = ts.readConfigFile(join(checkout, "tsconfig.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: modules }, ts.sys, checkout);
    const program = ts.createProgram(modules, options);
    const checker = program.getTypeChecker();
    this.#checker = checker;
    const symbols = modules.flatMap((path) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(path) as ts.SourceFile);
      return module === undefined ? [] : checker.getExportsOfModule(module);
    });
    this.#exports = new Map(symbols.map((symbol) => [symbol.name, symbol]));
  }

  /** Returns the doc comment of an export as Markdown, without block tags. */
  commentOf(name: string): string {
    return this.#commentOf(this.#symbol(name));
  }

  /** Returns the properties of an exported interface, class or object type, in their order. */
  membersOf(name: string): readonly Member[] {
    return this.#members(this.#checker.getDeclaredTypeOfSymbol(this.#symbol(name)));
  }

  /**
   * Returns the type in the form of the schema.
   *
   * @param refToObject returns the name in the schema of an interface with these members
   * @throws if the schema has no such type
   */
  specOf(type: ts.Type, refToObject: (name: string) => string): TypeSpec {
    const texts = textsOf(type);
    if (texts !== undefined) return isAdoptionPolicy(texts) ? refTo("AdoptionPolicy") : { type: "string" };
    const constraint = type.isTypeParameter() ? type.getConstraint() : undefined;
    if (constraint !== undefined) return this.specOf(constraint, refToObject);
    const parts = partsOf(type);
    if (parts.every(({ flags }) => flags & ts.TypeFlags.BooleanLike)) return { type: "boolean" };
    const [part, ...others] = parts;
    if (part === undefined || others.length > 0) throw this.#unknown(type);
    if (part.flags & ts.TypeFlags.StringLike) return { type: "string" };
    if (part.flags & ts.TypeFlags.NumberLike) return { type: "number" };
    const index = part.getStringIndexType();
    if (index !== undefined) return { type: "object", additionalProperties: this.specOf(index, refToObject) };
    if (this.#checker.isArrayType(part)) {
      const [item] = this.#checker.getTypeArguments(part as ts.TypeReference);
      if (item !== undefined) return { type: "array", items: this.specOf(item, refToObject) };
    }
    if (part.isClassOrInterface()) return refTo(refToObject(part.symbol.name));
    throw this.#unknown(type);
  }

  #unknown(type: ts.Type): Error {
    return new Error(`The schema has no type for ${this.#checker.typeToString(type)}.`);
  }

  #symbol(name: string): ts.Symbol {
    const symbol = this.#exports.get(name);
    if (symbol === undefined) throw new Error(`No module of the schema exports ${name}.`);
    return symbol.flags & ts.SymbolFlags.Alias ? this.#checker.getAliasedSymbol(symbol) : symbol;
  }

  #members(type: ts.Type): readonly Member[] {
    return this.#checker.getPropertiesOfType(type).map((symbol) => {
      const ofSymbol = this.#checker.getTypeOfSymbol(symbol);
      const isOptional = (symbol.flags & ts.SymbolFlags.Optional) !== 0 || acceptsUndefined(ofSymbol);
      return { name: symbol.name, comment: this.#commentOf(symbol), type: ofSymbol, isOptional };
    });
  }

  #commentOf(symbol: ts.Symbol): string {
    return asMarkdown(ts.displayPartsToString(symbol.getDocumentationComment(this.#checker)));
  }
}

/** Returns the values of a type that is a choice of texts. Undefined for other types. */
export function textsOf(type: ts.Type): readonly string[] | undefined {
  const texts = partsOf(type).map((part) => (part.isStringLiteral() ? part.value : undefined));
  return texts.length > 0 && texts.every((text) => text !== undefined) ? texts : undefined;
}

/** Returns the parts of a union without undefined and without the eventual ones. */
function partsOf(type: ts.Type): readonly ts.Type[] {
  const all = type.isUnion() ? type.types : [type];
  return all.filter((part) => !(part.flags & ts.TypeFlags.Undefined) && !eventual.includes(part.symbol?.name));
}

function acceptsUndefined(type: ts.Type): boolean {
  return type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.Undefined);
}

function isAdoptionPolicy(texts: readonly string[]): boolean {
  return texts.toSorted().join() === adoptionPolicies.toSorted().join();
}

/** Returns a comment with one line for each paragraph and list item, and names for links. */
function asMarkdown(comment: string): string {
  return comment.replace(/\{@link (\w+) *\}/g, "`$1`").replace(/([^\n])\n(?![\n-]) */g, "$1 ");
}
