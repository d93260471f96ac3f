//! Masks of fewer rows than there are scores.

/// Where the rows of a mask lie of which any of the first three axes may be 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Broadcast {
    strides: [usize; 3],
    width: usize,
}

impl Broadcast {
    pub(super) fn new([batch, heads, queries, keys]: [usize; 4]) -> Self {
        let stride = |size: usize, stride: usize| if size == 1 { 0 } else { stride };
        let strides = [
            stride(batch, heads * queries * keys),
            stride(heads, queries * keys),
            stride(queries, keys),
        ];
        Self { strides, width: keys }
    }

    pub(super) fn row<'a, V>(
        &self,
        values: &'a [V],
        batch: usize,
        head: usize,
        query: usize,
    ) -> &'a [V] {
        let [of_batch, of_head, of_query] = self.strides;
        let start = batch * of_batch + head * of_head + query * of_query;
        &values[start..start + self.width]
    }
}
