// Has the effect of `typescript: false` in Pulumi.yaml. The language host that this checkout builds
// where the CLI cannot be downloaded is older, and does not receive that option from a current CLI.
delete process.env.PULUMI_NODEJS_TYPESCRIPT;
