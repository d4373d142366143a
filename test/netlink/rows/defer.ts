// uvu must not run the suites of this process. It reads these globals when it is imported, so this module comes first.
Object.assign(globalThis, { UVU_DEFER: 1, UVU_QUEUE: [[null]], UVU_INDEX: 0 })
