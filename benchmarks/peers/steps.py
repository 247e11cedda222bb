"""One time step of a dephased Anderson chain, as a careful user of NumPy and SciPy would write it.

h = -sum |j><j+1| + h.c. + sum w_j |j><j|, w_j uniform on [-1, 1]; the noise turns the center site c
by a phase phi ~ Normal(0, dt) in every step. Two kinds of step:

    combined    exp(-i (h dt + phi |c><c|))         order 1, the paper's
    split       exp(-i phi |c><c|) exp(-i h dt)     order 2 with half a flight at both ends of a run
                                                    (Strang), which costs nothing per step

Prints lines of five fields, tabs between: system, kind, method, seconds per step, steps per unit of
time. With --check it compares the methods with one another instead; with --versions it says what it
runs on.
"""
import os
import re
import sys
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # before NumPy loads its BLAS

import numpy as np
import scipy
from scipy import linalg, sparse
from scipy.linalg import blas
from scipy.sparse.linalg import expm_multiply

DT = 0.1
BLOCK = 32  # kicks in one matrix product; 16 and 64 are slower or no better


class System:
    """A chain, its eigensystem, and orbitals that no symmetry makes special."""

    def __init__(self, name, sites, orbitals):
        self.name, self.sites, self.orbitals = name, sites, orbitals
        self.center = sites // 2 - 1
        rng = np.random.default_rng(1)
        self.onsite = rng.uniform(-1, 1, sites)
        self.hopping = -np.ones(sites - 1)
        self.energies, self.modes = linalg.eigh_tridiagonal(self.onsite, self.hopping)
        start = rng.normal(size=(sites, orbitals)) + 1j * rng.normal(size=(sites, orbitals))
        self.start = np.linalg.qr(start)[0]

    def csr(self):
        """-i h dt, and where its element (c, c) is stored."""
        h = sparse.diags([self.hopping, self.onsite, self.hopping], [-1, 0, 1], format="csr")
        a = -1j * DT * h
        a.sort_indices()
        row = slice(a.indptr[self.center], a.indptr[self.center + 1])
        return a, row.start + int(np.flatnonzero(a.indices[row] == self.center)[0])


def real_times_complex(a, x):
    """a @ x for real a: half the work of the complex product."""
    return (a @ np.ascontiguousarray(x).view(float)).view(complex)


# Every method: method(system), then run(phases) any number of times, with a multiple of `multiple`
# phases; result() is in the site basis.


class ExpmMultiply:
    multiple, kind, label = 1, "combined", "expm_multiply"

    def __init__(self, s):
        self.x = s.start.copy()
        self.h = sparse.diags([s.hopping, s.onsite, s.hopping], [-1, 0, 1], format="csr")
        self.p = sparse.csr_matrix(([1.0], ([s.center], [s.center])), shape=self.h.shape)

    def run(self, phases):
        for phi in phases:
            self.x = expm_multiply(-1j * (self.h * DT + phi * self.p), self.x)

    def result(self):
        return self.x


class ExpmMultiplyInPlace(ExpmMultiply):
    """The matrix is made once and its trace is given."""

    label = "expm_multiply, matrix in place"

    def __init__(self, s):
        self.x = s.start.copy()
        self.a, self.diagonal = s.csr()
        self.free = self.a.data[self.diagonal]
        self.trace = self.a.diagonal().sum()

    def run(self, phases):
        for phi in phases.tolist():
            self.a.data[self.diagonal] = self.free - 1j * phi
            self.x = expm_multiply(self.a, self.x, traceA=self.trace - 1j * phi)


class Taylor(ExpmMultiply):
    """Products of the real h with the real view of x until the remainder is below 1e-10."""

    label = "Taylor series by hand, 1e-10"

    def __init__(self, s):
        self.x = s.start.copy()
        a, self.diagonal = s.csr()
        self.a = (1j * a).real  # h dt
        self.free = self.a.data[self.diagonal]
        self.norm = abs(s.energies).max() * DT

    def run(self, phases):
        for phi in phases.tolist():
            self.a.data[self.diagonal] = self.free + phi
            term, factor, bound, k = self.x.view(float), 1, 1, 0
            x = self.x.copy()
            while bound > 1e-10:
                k += 1
                bound *= (self.norm + abs(phi)) / k
                factor *= -1j / k
                term = self.a @ term
                x += factor * term.view(complex)
            self.x = x


class DenseExpm:
    multiple, kind, label = 1, "combined", "expm, dense"

    def __init__(self, s):
        self.x = s.start.copy()
        self.a, self.c = s.csr()[0].toarray(), s.center
        self.free = self.a[s.center, s.center]

    def run(self, phases):
        for phi in phases.tolist():
            self.a[self.c, self.c] = self.free - 1j * phi
            self.x = linalg.expm(self.a) @ self.x

    def result(self):
        return self.x


class Eigh:
    multiple, kind, label = 1, "combined", "eigh"

    def __init__(self, s):
        self.x, self.c = s.start.copy(), s.center
        self.onsite, self.hopping = s.onsite.copy(), s.hopping
        self.free = s.onsite[s.center]
        self.h = np.diag(s.onsite) + np.diag(s.hopping, 1) + np.diag(s.hopping, -1)

    def eigensystem(self, w):
        self.h[self.c, self.c] = w
        return linalg.eigh(self.h, driver="evd", check_finite=False)

    def run(self, phases):
        for phi in phases.tolist():
            e, q = self.eigensystem(self.free + phi / DT)
            y = real_times_complex(q.T, self.x)
            y *= np.exp(-1j * DT * e)[:, None]
            self.x = real_times_complex(q, y)

    def result(self):
        return self.x


class EighTridiagonal(Eigh):
    label = "eigh_tridiagonal"

    def eigensystem(self, w):
        self.onsite[self.c] = w
        return linalg.eigh_tridiagonal(self.onsite, self.hopping, check_finite=False)


class CachedFlight:
    multiple, kind, label = 1, "split", "cached free propagator"

    def __init__(self, s):
        self.x, self.y, self.c = s.start.copy(), np.empty_like(s.start), s.center
        self.u = (s.modes * np.exp(-1j * DT * s.energies)) @ s.modes.T

    def run(self, phases):
        x, y, c = self.x, self.y, self.c
        for turn in np.exp(-1j * phases).tolist():
            np.dot(self.u, x, out=y)
            y[c] *= turn
            x, y = y, x
        self.x, self.y = x, y

    def result(self):
        return self.x


class Kick:
    """In the eigenbasis a flight is a phase per mode and a kick is a rank-one update."""

    multiple, kind, label = 1, "split", "eigenbasis kick, plain NumPy"

    def __init__(self, s):
        self.q, self.v = s.modes, s.modes[s.center].copy()
        self.e = s.energies
        self.x = real_times_complex(s.modes.T.copy(), s.start)
        self.d = np.exp(-1j * DT * s.energies)

    def run(self, phases):
        x, v, d = self.x, self.v, self.d[:, None]
        for kick in np.exp(-1j * phases) - 1:
            x *= d
            x += np.outer(v, kick * (v @ x))

    def result(self):
        return real_times_complex(self.q, self.x)


class BlasKick(Kick):
    """The fastest way to kick once per step.

    In the interaction picture nothing is left of a flight but a table of the kicked mode at BLOCK
    times; BLAS does the two products in place. Slower at L = 100, N = 50, in this order: dger on the
    real view, the flight a full matrix of phases; zgemv and zgeru with a flight; np.multiply and
    np.add with out= on the real view; einsum; real and imaginary parts in separate arrays.
    """

    multiple, label = BLOCK, "eigenbasis kick, BLAS in place"

    def __init__(self, s):
        super().__init__(s)
        table = np.exp(-1j * DT * np.outer(np.arange(1, BLOCK + 1), s.energies)) * self.v
        self.table, self.conjugate = list(table), list(table.conj())
        # BLAS wants columns: of x if there is one orbital, else of its transpose (faster than of x).
        self.by_columns = s.orbitals == 1
        order = "F" if self.by_columns else "C"
        self.x = np.array(self.x, order=order)
        self.flight = np.array(np.repeat((self.d**BLOCK)[:, None], s.orbitals, 1), order=order)

    def run(self, phases):
        gemv, geru, x = blas.zgemv, blas.zgeru, self.x
        kicks = (np.exp(-1j * phases) - 1).tolist()
        for first in range(0, len(kicks), BLOCK):
            for kick, v, conjugate in zip(kicks[first:first + BLOCK], self.table, self.conjugate):
                if self.by_columns:
                    s = gemv(kick, x, v, trans=1)
                    geru(1.0, conjugate, s, a=x, overwrite_x=1, overwrite_y=1, overwrite_a=1)
                else:
                    s = gemv(kick, x.T, v)
                    geru(1.0, s, conjugate, a=x.T, overwrite_x=1, overwrite_y=1, overwrite_a=1)
            np.multiply(x, self.flight, out=x)


class BlockedKicks(Kick):
    """The fastest of all: BLOCK kicks in two real matrix products and a small triangular system.

    In the interaction picture kick k has the amplitude s_k = v_k x + sum_{j<k} <v_k|v_j> f_j s_j,
    f_j = exp(-i phi_j) - 1, v_k = v exp(-i E t_k). With times symmetric about 0 the v_k are
    combinations of BLOCK real vectors, v cos(E t) and v sin(E t).
    """

    multiple, label = BLOCK, f"eigenbasis, {BLOCK} kicks per matrix product"

    def __init__(self, s):
        super().__init__(s)
        k, n, half = BLOCK, s.orbitals, BLOCK // 2
        angles = DT * np.outer(np.arange(half) + 0.5, s.energies)
        self.r = np.vstack([self.v * np.cos(angles), self.v * np.sin(angles)])
        self.rt = np.ascontiguousarray(self.r.T)
        v = np.exp(-1j * DT * np.outer(np.arange(k), s.energies)) * self.v
        self.below = np.tril(v @ v.conj().T, -1)
        self.flight = np.repeat((self.d**k)[:, None], n, 1)
        # x is kept in the middle of the next block.
        self.to_middle = np.exp(-1j * DT * (k + 1) / 2 * s.energies)[:, None]
        self.x *= self.to_middle
        self.buffers = [np.empty((rows, n), complex) for rows in (k, k, s.sites)]

    def run(self, phases):
        x, half = self.x, BLOCK // 2
        p, s, y = self.buffers
        one = np.eye(BLOCK)
        kicks = np.exp(-1j * phases) - 1
        for f in kicks.reshape(-1, BLOCK):
            np.dot(self.r, x.view(float), out=p.view(float))
            p[half:] *= -1j
            np.add(p[:half], p[half:], out=s[half:])
            np.subtract(p[:half], p[half:], out=s[half - 1::-1])
            a = blas.ztrsm(1.0, (one - self.below * f).T, s.T, side=1, diag=1, overwrite_b=1).T
            a *= f[:, None]
            np.add(a[half:], a[half - 1::-1], out=p[:half])
            np.subtract(a[half:], a[half - 1::-1], out=p[half:])
            p[half:] *= 1j
            np.dot(self.rt, p.view(float), out=y.view(float))
            x += y
            x *= self.flight

    def result(self):
        return real_times_complex(self.q, self.x * self.to_middle.conj())


SMALL = [ExpmMultiply, ExpmMultiplyInPlace, Taylor, DenseExpm, Eigh, EighTridiagonal,
         CachedFlight, Kick, BlasKick, BlockedKicks]
# Without those that take a second per step.
LARGE = [ExpmMultiply, ExpmMultiplyInPlace, Taylor, CachedFlight, Kick, BlasKick, BlockedKicks]
SYSTEMS = [("L100 N50", 100, 50, SMALL), ("L1000 N1", 1000, 1, LARGE)]


def seconds_per_step(method, batches=3, batch_seconds=0.05):
    """Median of batches, processor time; random numbers are part of a step, drawn many at a time."""
    rng = np.random.default_rng(2)

    def timed(steps):
        start = time.process_time()
        method.run(rng.normal(0, np.sqrt(DT), steps))
        return (time.process_time() - start) / steps

    timed(method.multiple)  # caches
    calls = max(1, int(batch_seconds / (method.multiple * timed(method.multiple))))
    steps = calls * method.multiple
    return float(np.median([timed(steps) for _ in range(batches)]))


def check():
    """Same phases for all: combined steps agree, split steps agree."""
    for name, sites, orbitals, kinds in SYSTEMS:
        s = System(name, sites, orbitals)
        phases = np.random.default_rng(3).normal(0, np.sqrt(DT), 2 * BLOCK)
        first = {}
        for make in kinds:
            method = make(s)
            method.run(phases)
            x = method.result()
            error = abs(x - first.setdefault(make.kind, x)).max()
            print(f"{name}  {make.kind:9} {make.label:40} differs by {error:.0e}")
            assert error < 1e-10, (name, make.label)


def versions():
    with open("/proc/self/maps", encoding="utf-8") as maps:
        found = set(re.findall(r"\S*/(lib[^/\s]*blas[^/\s]*)", maps.read()))
    libraries = sorted(x for x in found if "openblas" in x) or sorted(found)
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, SciPy {scipy.__version__}, "
          f"BLAS {' '.join(libraries) or 'unknown'}")


def main():
    if "--versions" in sys.argv:
        return versions()
    if "--check" in sys.argv:
        return check()
    for name, sites, orbitals, kinds in SYSTEMS:
        s = System(name, sites, orbitals)
        for make in kinds:
            seconds = seconds_per_step(make(s))
            print(name, make.kind, make.label, f"{seconds:.6e}", f"{1 / DT:g}", sep="\t")
    return None


if __name__ == "__main__":
    main()
