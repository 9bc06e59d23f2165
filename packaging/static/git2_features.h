/* git2_features.h of libgit2 1.5 for musl on 64-bit Linux, without TLS and SSH: what its cmake finds there. */
#ifndef INCLUDE_features_h__
#define INCLUDE_features_h__
#define GIT_THREADS 1
#define GIT_ARCH_64 1
#define GIT_USE_NSEC 1
#define GIT_USE_STAT_MTIM 1
#define GIT_USE_FUTIMENS 1
#define GIT_REGEX_REGCOMP
#define GIT_QSORT_R_GNU
#define GIT_SHA1_COLLISIONDETECT 1
#define GIT_SHA256_BUILTIN 1
#define GIT_RAND_GETENTROPY 1
#define GIT_RAND_GETLOADAVG 1
#endif
