export {
  CausalOrder,
  type CausalPast,
  type EventOrder,
  noProcess,
  type PairCount,
  type SentMessage,
} from './causal-order.ts'
export { causalOrderOf } from './run-order.ts'
