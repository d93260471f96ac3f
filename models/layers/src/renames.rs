/// What another library calls the layers of an architecture: pairs of our path and theirs, in data.
///
/// A pair stands for every path that fits ours. `{i}` in ours fits a number, and in theirs becomes it, `{i+1}`
/// one more, `{i:a}` a letter, `a` for 0: `("stages.{s}.{b}.conv1", "layer{s+1}.{b}.conv1")` makes
/// `layer2.0.conv1` of `stages.1.0.conv1`. The path is that of a layer, whose parameters follow after a point:
/// `weight`, `bias`, and `gamma`, `beta`, `running_mean`, `running_var` of a normalisation; what libraries call
/// these is the business of the reader. The first pair that fits counts, and a path that none fits has the same
/// name in both.
///
/// `dense@16` is a layer that sees maps of 16 channels as one row: a library with channels last lays the row out
/// in another order, by which the reader sorts the weights.
///
/// An architecture has such tables for the libraries that have published weights of it; its configuration says
/// which one fits. A table of one's own is a slice of pairs as well.
pub type Renames = &'static [(&'static str, &'static str)];
