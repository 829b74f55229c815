use dimwise::optimizer::Stateful;
use dimwise::parameters::Parameters;
use dimwise::prelude::*;

#[derive(Clone)]
struct Own;
impl<N: Parameters> Optimizer<N> for Own {
    fn step(&mut self, _network: &mut N, _gradients: &N) {}
}

fn save<N: Parameters>(_network: &N, _optimizer: &mut impl Stateful<N>) {}

fn main() {
    save(&*Affine::<U2, U3>::zeroed(), &mut Own);
}
