import type { Mutant } from '../../model/index.ts'
import type { Tendermint } from './tendermint.ts'

export const tendermintMutants: readonly Mutant<Tendermint>[] = []
