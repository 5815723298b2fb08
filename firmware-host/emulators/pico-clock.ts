interface Alarm {
  schedule(deltaNanos: number): void;
  cancel(): void;
}

/** The time of an emulated chip, which is its processor's cycles and no other. */
export class PicoClock {
  /** Cycles since power on; whoever executes instructions sets it. */
  cycles = 0;
  /** When the next alarm is due, in cycles. */
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

  /** Calls what is due. An alarm rings once. */
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
