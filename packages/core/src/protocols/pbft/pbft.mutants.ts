import type { Mutant } from '../../model/index.ts'
import type { Pbft } from './pbft.ts'

export const pbftMutants: readonly Mutant<Pbft>[] = []
