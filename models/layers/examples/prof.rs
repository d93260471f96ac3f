use burn::tensor::{Device, Distribution, Tensor};
use fireside_layers::ops::{self, Conv2dOptions};
use std::time::Instant;
fn med(mut f: impl FnMut()) -> f64 {
    f();
    f();
    let mut v: Vec<f64> = (0..9)
        .map(|_| {
            let s = Instant::now();
            f();
            s.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    v.sort_by(f64::total_cmp);
    v[2]
}
fn main() {
    let dev = Device::flex();
    let ad = dev.clone().autodiff();
    let r = |s: [usize; 4], d: &Device| Tensor::<4>::random(s, Distribution::Normal(0.0, 1.0), d);
    // (count, cin, cout, k, stride, px_in)
    let mut layers = vec![(1usize, 3usize, 64usize, 7usize, 2usize, 64usize)];
    let mut cin = 64;
    let mut px = 16;
    for (w, n, st) in [(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)] {
        for j in 0..n {
            let s = if j == 0 { st } else { 1 };
            layers.push((1, cin, w, 1, 1, px));
            layers.push((1, w, w, 3, s, px));
            if j == 0 {
                layers.push((1, cin, 4 * w, 1, s, px));
            }
            px /= s;
            layers.push((1, w, 4 * w, 1, 1, px));
            cin = 4 * w;
        }
    }
    let mut uniq: Vec<(usize, usize, usize, usize, usize, usize)> = vec![];
    for l in layers {
        if let Some(u) =
            uniq.iter_mut().find(|u| (u.1, u.2, u.3, u.4, u.5) == (l.1, l.2, l.3, l.4, l.5))
        {
            u.0 += 1
        } else {
            uniq.push(l)
        }
    }
    let (mut tf, mut tb, mut tg) = (0.0, 0.0, 0.0);
    for (n, ci, co, k, s, px) in uniq {
        let o = Conv2dOptions { stride: [s, s], padding: [k / 2; 4], ..Default::default() };
        let (x, w) = (r([16, ci, px, px], &dev), r([co, ci, k, k], &dev));
        let f = med(|| {
            let _ = ops::conv2d(x.clone(), w.clone(), None, &o);
        });
        let y = ops::conv2d(x.clone(), w.clone(), None, &o);
        let g = Tensor::from_inner(y);
        let (xa, wa) =
            (Tensor::from_inner(x).require_grad(), Tensor::from_inner(w.clone()).require_grad());
        let xw = med(|| {
            let y = ops::conv2d(xa.clone(), wa.clone(), None, &o);
            (y * g.clone()).sum().backward();
        });
        let nox = med(|| {
            let y = ops::conv2d(xa.clone().detach(), wa.clone(), None, &o);
            (y * g.clone()).sum().backward();
        });
        let extra = med(|| {
            let y = g.clone().require_grad();
            (y * g.clone()).sum().backward();
        });
        let out = px / s;
        let gf = 2.0 * (16 * co * ci * k * k * out * out) as f64 / 1e9;
        println!(
            "{n} x {ci:4}->{co:4} k{k} s{s} px{px:2}: fwd {f:6.2} ms ({:5.0} GF/s)  dw {:6.2} ({:5.0})  dx {:6.2} ({:5.0})",
            gf / f * 1e3,
            nox - f - extra,
            gf / (nox - f - extra) * 1e3,
            xw - nox,
            gf / (xw - nox) * 1e3
        );
        tf += n as f64 * f;
        tb += n as f64 * (xw - f - extra);
        tg += n as f64 * gf;
    }
    println!("conv total fwd {tf:.1} ms, bwd {tb:.1} ms, {tg:.2} GFLOP fwd");
    let (x, g1) = (r([16, 256, 16, 16], &dev), Tensor::<1>::ones([256], &dev));
    let xa = Tensor::from_inner(x.clone()).require_grad();
    let ga = Tensor::<1>::ones([256], &ad).require_grad();
    println!(
        "bn train fwd {:.2}",
        med(|| {
            let _ = ops::batch_norm(x.clone(), g1.clone(), g1.clone(), 1e-5);
        })
    );
    println!(
        "bn train fwd+bwd {:.2}",
        med(|| {
            let _ = ops::batch_norm(xa.clone(), ga.clone(), ga.clone(), 1e-5).0.backward();
        })
    );
    let t = Tensor::<1>::random([301_056], Distribution::Normal(0.0, 1.0), &ad).require_grad();
    println!(
        "tanh fwd+bwd {:.3}",
        med(|| {
            let _ = ops::tanh(t.clone()).backward();
        })
    );
    println!(
        "relu fwd+bwd 1M {:.3}",
        med(|| {
            let _ = ops::relu(xa.clone()).backward();
        })
    );
    println!(
        "add 1M {:.3}",
        med(|| {
            let _ = x.clone() + x.clone();
        })
    );
    let opt =
        ops::AdamOptions { learning_rate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, time: 3 };
    let z = || Tensor::<1>::ones([4_000_000], &dev);
    let mut st = Some(ops::AdamState { parameter: z(), first: z(), second: z() });
    let g = z();
    println!(
        "adam 4M {:.2}",
        med(|| {
            st = st.take().map(|s| ops::adam_step(s, g.clone(), &opt));
        })
    );
}
