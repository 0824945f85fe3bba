import type { Attack } from '../../model/index.ts'
import type { Pbft } from './pbft.ts'

export const pbftAttacks: readonly Attack<Pbft>[] = []
