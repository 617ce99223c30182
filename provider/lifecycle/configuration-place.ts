/** The place where a user sets the settings. Errors and lines name it. */
export interface ConfigurationPlace {
  /** Returns how a text names the settings. */
  readonly nameOf: (...settings: readonly string[]) => string;
  /** Returns what a user does to set the values. It follows "To …,". */
  readonly wayToSet: (values: readonly (readonly [setting: string, value: string])[]) => string;
  /** The way to set the API key there. It follows "Set …". */
  readonly wayToSetKey: string;
}

const inStack = (setting: string) => `stripe-entitlements:${setting}`;

/** The configuration of the stack, which all resources without an explicit provider use. */
export const stackConfiguration: ConfigurationPlace = {
  nameOf: (...settings) => listed(settings.map(inStack)),
  wayToSet: (values) =>
    `run ${listed(values.map(([setting, value]) => `\`pulumi config set ${inStack(setting)} ${value}\``))}`,
  wayToSetKey: `with \`pulumi config set --secret ${inStack("apiKey")}\``,
};

/** Returns the place of settings that are properties of a provider resource. */
export function explicitProvider(name: string): ConfigurationPlace {
  const provider = `the provider "${name}"`;
  return {
    nameOf: (...settings) => `${listed(settings)} of ${provider}`,
    wayToSet: (values) => `set ${listed(values.map((each) => each.join(": ")))} on ${provider}`,
    wayToSetKey: `as the apiKey of ${provider}`,
  };
}

function listed(texts: readonly string[]): string {
  return texts.join(" and ");
}
