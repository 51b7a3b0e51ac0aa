"""Occupations' official files: the CIP–SOC crosswalk, OEWS wages, Employment Projections."""
