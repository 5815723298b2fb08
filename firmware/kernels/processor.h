/* The processors that have hand-written loops: M-profile Arm, without or with the instructions of its DSP extension. */
#ifndef BD_EDGE_PROCESSOR_H
#define BD_EDGE_PROCESSOR_H

#if defined(__arm__) && defined(__thumb__) && !defined(__thumb2__)
#define PROCESSOR_ARMV6M 1
#else
#define PROCESSOR_ARMV6M 0
#endif

#if defined(__arm__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && __ARM_ARCH_PROFILE == 'M'
#define PROCESSOR_DSP 1
#else
#define PROCESSOR_DSP 0
#endif

/** A function whose body is assembly, and a parameter that only the assembly uses. */
#define ASSEMBLY_FUNCTION __attribute__((naked, noinline))
#define ARGUMENT __attribute__((unused))

#endif
