export { element, escaped } from '@quorate/core/diagram'
