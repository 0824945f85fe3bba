import type { Random } from '../../model/random.ts'
import { pow } from '../exact-math.ts'

/** Draws 0 to n − 1, place i with a weight of 1 / (i + 1)^exponent: few keys are asked for often, most seldom. */
export class Zipf {
  private readonly cumulative: Float64Array

  constructor(n: number, exponent: number) {
    this.cumulative = new Float64Array(n)
    let sum = 0
    for (let place = 0; place < n; place++) {
      sum += 1 / pow(place + 1, exponent)
      this.cumulative[place] = sum
    }
  }

  draw(random: Random): number {
    const mark = random.next() * (this.cumulative[this.cumulative.length - 1] as number)
    let low = 0
    let high = this.cumulative.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.cumulative[middle] as number) > mark) high = middle
      else low = middle + 1
    }
    return low
  }
}
