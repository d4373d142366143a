export * from './device/index.js'
export { TunTap } from './tuntap.js'
