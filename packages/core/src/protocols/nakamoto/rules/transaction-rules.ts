import { type RuleViolation, violation } from './rule-violation.ts'
import { isNullInput, maximumMoney, strippedSize, type Transaction } from './transaction.ts'

/** A quarter of what a block may weigh, since bytes that are no witness weigh four. */
const maximumStrippedSize = 1_000_000
const shortestCoinbaseScript = 2
const longestCoinbaseScript = 100

/** The rules that a transaction keeps by itself (CheckTransaction of Bitcoin Core, in its order). */
export function checkTransactionAlone(transaction: Transaction): RuleViolation | undefined {
  const { inputs, outputs } = transaction
  if (inputs.length === 0) return violation('inputs-present', 'the transaction has no inputs')
  if (outputs.length === 0) {
    return violation('outputs-present', `transaction ${transaction.id} has no outputs`)
  }
  const size = strippedSize(transaction)
  if (size > maximumStrippedSize) {
    return violation(
      'transaction-size',
      `transaction ${transaction.id} takes ${size} bytes, but at most ${maximumStrippedSize} may it`,
    )
  }
  return (
    checkOutputs(transaction) ??
    checkInputsDiffer(transaction) ??
    (transaction.isCoinbase ? checkCoinbaseScript(transaction) : checkNoNullInput(transaction))
  )
}

function checkOutputs(transaction: Transaction): RuleViolation | undefined {
  let total = 0
  for (const [index, { value }] of transaction.outputs.entries()) {
    // Both are checked before they are added, so that no sum can leave the safe integers.
    if (value < 0 || value > maximumMoney) {
      return violation(
        'output-value',
        `output ${index} of transaction ${transaction.id} is ${value} satoshis, not 0 to ${maximumMoney}`,
      )
    }
    total += value
    if (total > maximumMoney) {
      return violation(
        'output-value',
        `the outputs of transaction ${transaction.id} sum to more than ${maximumMoney} satoshis`,
      )
    }
  }
  return undefined
}

function checkInputsDiffer(transaction: Transaction): RuleViolation | undefined {
  const { spends } = transaction
  if (spends.length === 1 || new Set(spends).size === spends.length) return undefined
  return violation('duplicate-input', `transaction ${transaction.id} spends a coin twice`)
}

function checkCoinbaseScript(transaction: Transaction): RuleViolation | undefined {
  const length = transaction.inputs[0]?.unlockingScript.length ?? 0
  if (length >= shortestCoinbaseScript && length <= longestCoinbaseScript) return undefined
  return violation(
    'coinbase-script',
    `the coinbase's script takes ${length} bytes, not ${shortestCoinbaseScript} to ${longestCoinbaseScript}`,
  )
}

function checkNoNullInput(transaction: Transaction): RuleViolation | undefined {
  if (!transaction.inputs.some(isNullInput)) return undefined
  return violation('null-input', `transaction ${transaction.id} spends the null outpoint`)
}
