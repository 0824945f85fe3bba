import type { Attack } from '../../model/index.ts'
import type { Tendermint } from './tendermint.ts'

export const tendermintAttacks: readonly Attack<Tendermint>[] = []
