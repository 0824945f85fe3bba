export { catalogue, protocolNamed, type Variant, variantNamed } from './catalogue.ts'
