export { CniError, ErrorCode, type ErrorObject } from './cni/error.js'
export type { Process } from './cni/request.js'
export { type CniVersion, supportedVersions } from './cni/version.js'
export { dispatch, type Outcome } from './dispatch.js'
