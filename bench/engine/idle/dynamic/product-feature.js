exports.create = async (inputs) => ({
  id: `prodft_${inputs.product}_${inputs.entitlementFeature}`,
  outs: { ...inputs, lookupKey: inputs.entitlementFeature, livemode: false, account: "acct_idle000000000000" },
});
exports.read = async (id, props) => ({ id, props });
exports.delete = async () => undefined;
