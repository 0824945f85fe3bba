import type { RegisterCommand, RegisterResult } from '../register-model.ts'
import { sequentialModel } from '../sequential-model.ts'

/** A register of which nothing is known but its steps, so that orders have to be gone through. */
export const plainRegister = sequentialModel<string | null, RegisterCommand, RegisterResult>({
  initial: null,
  step(state, command, result, impossible) {
    switch (command.kind) {
      case 'read':
        return result?.kind === 'read' && (result.value ?? null) !== state ? impossible : state
      case 'write':
        return command.value ?? null
      case 'compareAndSwap': {
        const swapped = state === (command.expected ?? null)
        if (result?.kind === 'compareAndSwap' && result.swapped !== swapped) return impossible
        return swapped ? (command.value ?? null) : state
      }
    }
  },
})
