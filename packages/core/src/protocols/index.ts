export { catalogue, protocolNamed, type Variant, variantNamed } from './catalogue.ts'
export { Balance, Receipt } from './nakamoto/nakamoto.messages.ts'
export { meetsTarget, targetText } from './nakamoto/rules/difficulty.ts'
