export { addressOf, check, type Libc, libc, type Readiness, SystemError, watch } from './libc.js'
export { closeFile, type Netns, openIn, withNetns } from './netns.js'
export { uninterrupted, whenReadable } from './wait.js'
