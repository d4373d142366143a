export * from './action.js'
export * from './key.js'
export * from './messages.js'
