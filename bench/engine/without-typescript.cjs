// What `typescript: false` in Pulumi.yaml does with the language host of the Pulumi CLI. The host that the checkout builds where no CLI can be
// downloaded is an older one, and does not hear of that option from a current CLI.
delete process.env.PULUMI_NODEJS_TYPESCRIPT;
