/** A reduction that would leave out what matters in this world, which is to be explored without it. */
export class UnsoundReduction extends RangeError {
  override readonly name = 'UnsoundReduction'
}
