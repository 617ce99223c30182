exports.create = async (inputs) => ({
  id: `feat_test_${inputs.lookupKey.padEnd(24, "x")}`,
  outs: { ...inputs, metadata: {}, active: true, livemode: false, account: "acct_idle000000000000" },
});
exports.read = async (id, props) => ({ id, props });
exports.update = async (_id, olds, news) => ({ outs: { ...olds, ...news } });
exports.delete = async () => undefined;
