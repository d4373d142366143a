export type { Errno } from './answer.js'
export { type TestingCode, TestingError } from './error.js'
export type { FaultOptions, Faults } from './mock/faults.js'
export { type MockKernel, type MockKernelOptions, mockKernel } from './mock/kernel.js'
export { type Replay, replay } from './replay.js'
export {
  type Answer,
  ack,
  after,
  type DumpOptions,
  damaged,
  failure,
  type NotificationStep,
  overrun,
  type RequestExpectation,
  type RequestStep,
  refusal,
  type Step,
  together,
  type Words,
  words,
} from './script-answers.js'
export { type Script, scripted } from './scripted.js'
