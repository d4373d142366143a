export { type CacheOptions, StateCache } from './cache.js'
export type { Change, Changes, ObjectChange, SyncChange } from './changes.js'
export { kindNames, type ObjectKind, type Objects } from './kinds.js'
export type { Difference } from './store.js'
