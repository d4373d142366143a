export { type IoctlName, TunTapError } from '../abi.js'
export type { CreateOptions, TunTapOptions } from '../options.js'
export { TunTapDevice } from './device.js'
