// Starts the plugin of the package. Exports nothing: Pulumi would take a class for a component.
require("pulumi-stripe-entitlements/plugin");
