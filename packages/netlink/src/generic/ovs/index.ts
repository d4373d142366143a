export * from './action.js'
export * from './key.js'
export * from './messages.js'
export { OVSP } from './port.js'
