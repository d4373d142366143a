export { type TestingCode, TestingError } from './error.js'
export type { Errno } from './kernel-message.js'
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
  type ScriptStep,
  type ScriptSteps,
  scriptSteps,
  together,
} from './script-steps.js'
export { type Script, scripted } from './scripted.js'
