export { dispatch, type Outcome } from './dispatch.js'
export { CniError, ErrorCode, type ErrorObject } from './error.js'
export type { Host } from './request.js'
export { type CniVersion, supportedVersions } from './version.js'
