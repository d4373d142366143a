export { NetnsError, type NetnsFound } from './error.js'
export { type AnonymousNetns, Netns } from './netns.js'
export type { NetnsEvent, NetnsWatch } from './watch.js'
