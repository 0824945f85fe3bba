import type {
  KeyValueAction,
  KeyValueOutcome,
} from '../checkers/linearizability/key-value-model.ts'

/** A command of the key-value store in words: `put k0 = v5`. */
export function commandText(command: KeyValueAction): string {
  switch (command.kind) {
    case 'get':
    case 'delete':
      return `${command.kind} ${command.key}`
    case 'put':
    case 'append':
      return `${command.kind} ${command.key} = ${command.value}`
    case 'compareAndSwap':
      return `swap ${command.key} from ${command.expected ?? 'absent'} to ${command.value}`
    case 'range':
      return `range ${command.prefix}*`
  }
}

/** What a client was told, in words. */
export function answerText(answer: KeyValueOutcome | undefined): string {
  switch (answer?.kind) {
    case undefined:
      return 'nothing'
    case 'get':
      return answer.value ?? 'that it is absent'
    case 'put':
    case 'append':
      return 'that it is done'
    case 'delete':
      return answer.existed ? 'that it existed' : 'that it was absent'
    case 'compareAndSwap':
      return answer.swapped ? 'that it swapped' : 'that it did not swap'
    case 'range':
      return answer.entries.map(({ key, value }) => `${key} = ${value}`).join(', ')
    case 'error':
      return answer.reason
  }
}
