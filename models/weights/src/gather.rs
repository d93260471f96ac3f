use crate::Values;

/// How the values of one array become those of another: the array seen with the shape `view`, of which
/// `fixed` axes are held at an index, and the others come in the order of `axes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gather {
    pub view: Vec<usize>,
    pub fixed: Vec<(usize, usize)>,
    pub axes: Vec<usize>,
}

impl Gather {
    /// All axes of `view`, in the order of `axes`.
    pub fn permuted(view: &[usize], axes: &[usize]) -> Self {
        Self { view: view.to_vec(), fixed: Vec::new(), axes: axes.to_vec() }
    }

    /// All values as they are.
    pub fn as_is(count: usize) -> Self {
        Self::permuted(&[count], &[0])
    }
}

impl Values {
    /// Gathers values, which are as many as `view` says.
    pub(crate) fn gather(&self, view: &[usize], fixed: &[(usize, usize)], axes: &[usize]) -> Self {
        let offsets = offsets(view, fixed, axes);
        match self {
            Self::F32(values) => {
                Self::F32(offsets.filter_map(|offset| values.get(offset).copied()).collect())
            }
            Self::F64(values) => {
                Self::F64(offsets.filter_map(|offset| values.get(offset).copied()).collect())
            }
        }
    }
}

/// Where in the array the values lie, in the order wanted.
fn offsets(
    view: &[usize],
    fixed: &[(usize, usize)],
    axes: &[usize],
) -> impl Iterator<Item = usize> {
    let stride = |axis: usize| view[axis + 1..].iter().product::<usize>();
    let start: usize = fixed.iter().map(|&(axis, index)| index * stride(axis)).sum();
    let mut walk: Vec<(usize, usize, usize)> =
        axes.iter().map(|&axis| (0, view[axis], stride(axis))).collect();
    let count: usize = walk.iter().map(|(_, extent, _)| extent).product();
    let mut next = start;
    (0..count).map(move |_| {
        let offset = next;
        for (index, extent, stride) in walk.iter_mut().rev() {
            *index += 1;
            next += *stride;
            if *index < *extent {
                break;
            }
            next -= *index * *stride;
            *index = 0;
        }
        offset
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_permuted_as_by_numpy() {
        let values = Values::F32((0_u8..24).map(f32::from).collect());
        let permuted = values.gather(&[2, 3, 4], &[], &[2, 0, 1]);
        // numpy.arange(24).reshape(2, 3, 4).transpose(2, 0, 1).ravel()
        let expected =
            [0, 4, 8, 12, 16, 20, 1, 5, 9, 13, 17, 21, 2, 6, 10, 14, 18, 22, 3, 7, 11, 15, 19, 23];
        assert_eq!(permuted.to_f64(), expected.map(f64::from));
    }

    #[test]
    fn one_gate_of_three_is_taken_and_transposed() {
        let values = Values::F64((0_u8..12).map(f64::from).collect());
        let gate = values.gather(&[3, 2, 2], &[(0, 1)], &[2, 1]);
        assert_eq!(gate.to_f64(), [4.0, 6.0, 5.0, 7.0]);
    }

    #[test]
    fn an_empty_axis_gives_nothing() {
        let values = Values::F32(Vec::new());
        assert!(values.gather(&[0, 3], &[], &[1, 0]).is_empty());
    }
}
