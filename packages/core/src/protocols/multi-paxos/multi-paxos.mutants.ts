import type { Mutant } from '../../model/index.ts'
import type { MultiPaxos } from './multi-paxos.ts'

export const multiPaxosMutants: readonly Mutant<MultiPaxos>[] = []
