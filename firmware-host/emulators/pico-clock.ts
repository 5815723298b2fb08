interface Alarm {
  schedule(deltaNanos: number): void;
  cancel(): void;
}

/** The time of an emulated chip, counted in cycles of its processor. */
export class PicoClock {
  /** Cycles since power on; set by the code that executes instructions. */
  cycles = 0;
  /** The time of the next alarm, in cycles. */
  due = Number.POSITIVE_INFINITY;
  private readonly alarms = new Map<() => void, number>();

  constructor(private readonly nanosPerCycle: number) {}

  get nanos(): number {
    return this.cycles * this.nanosPerCycle;
  }

  createAlarm(callback: () => void): Alarm {
    return {
      schedule: (deltaNanos) => {
        this.alarms.set(callback, this.cycles + deltaNanos / this.nanosPerCycle);
        this.findDue();
      },
      cancel: () => {
        this.alarms.delete(callback);
        this.findDue();
      },
    };
  }

  /** Calls all alarms that are due. An alarm rings once. */
  ring(): void {
    const due = [...this.alarms].filter(([, at]) => at <= this.cycles).sort(([, a], [, b]) => a - b);
    for (const [callback] of due) this.alarms.delete(callback);
    this.findDue();
    for (const [callback] of due) callback();
  }

  private findDue(): void {
    this.due = Math.min(Number.POSITIVE_INFINITY, ...this.alarms.values());
  }
}
