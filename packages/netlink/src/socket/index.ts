export { closeFile } from './close-file.js'
export { forgotten } from './forgotten.js'
export {
  addressOf,
  adopt,
  adoptFile,
  check,
  type Descriptor,
  duplicate,
  errno,
  type Libc,
  type LibcFunction,
  libc,
  libcFunction,
  type OpeningCall,
  openAdopted,
  openSocket,
  type Readiness,
  type ReadinessEvent,
  rawFunction,
  SystemError,
  watch,
} from './libc.js'
export { cmsgAlign, cmsghdr, iovec, msghdr } from './msghdr.js'
export { isOwnNetns, type NetnsRef, openIn, withNetns } from './netns.js'
export { openFile } from './open-file.js'
export { sleep } from './sleep.js'
export { getOption, resizeReceiveBuffer, resizeSendBuffer, SOL_SOCKET, setOption } from './socket-options.js'
export { ThreadEnd } from './thread-end.js'
export { isReadable, uninterrupted, whenReadable } from './wait.js'
